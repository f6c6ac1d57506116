"""STEP files, written by hand."""

UNITS = {
    "mm": "( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.) )",
    "cm": "( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.CENTI.,.METRE.) )",
    "inch": "( CONVERSION_BASED_UNIT('INCH',#60) LENGTH_UNIT() NAMED_UNIT(#61) )",
}


def cylinder(radius: float = 5.0, height: float = 30.0, unit: str = "mm") -> bytes:
    """A cylinder that stands on the origin, along z; the numbers are in `unit`."""
    return f"""ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('A cylinder'),'2;1');
FILE_NAME('cylinder','2026-01-01T00:00:00',('Partline'),('Partline'),'','','');
FILE_SCHEMA(('AUTOMOTIVE_DESIGN {{ 1 0 10303 214 1 1 1 1 }}'));
ENDSEC;
DATA;
#1=APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2000,#2);
#2=APPLICATION_CONTEXT('core data for automotive mechanical design processes');
#3=SHAPE_DEFINITION_REPRESENTATION(#4,#10);
#4=PRODUCT_DEFINITION_SHAPE('','',#5);
#5=PRODUCT_DEFINITION('design','',#6,#9);
#6=PRODUCT_DEFINITION_FORMATION('','',#7);
#7=PRODUCT('cylinder','cylinder','',(#8));
#8=PRODUCT_CONTEXT('',#2,'mechanical');
#9=PRODUCT_DEFINITION_CONTEXT('part definition',#2,'design');
#10=ADVANCED_BREP_SHAPE_REPRESENTATION('',(#11,#15),#50);
#11=AXIS2_PLACEMENT_3D('',#12,#13,#14);
#12=CARTESIAN_POINT('',(0.,0.,0.));
#13=DIRECTION('',(0.,0.,1.));
#14=DIRECTION('',(1.,0.,0.));
#15=MANIFOLD_SOLID_BREP('',#16);
#16=CLOSED_SHELL('',(#17,#34,#38));
#17=ADVANCED_FACE('',(#18),#31,.T.);
#18=FACE_BOUND('',#19,.T.);
#19=EDGE_LOOP('',(#20,#24,#28,#33));
#20=ORIENTED_EDGE('',*,*,#21,.F.);
#21=EDGE_CURVE('',#22,#22,#42,.T.);
#22=VERTEX_POINT('',#23);
#23=CARTESIAN_POINT('',({radius},0.,{height}));
#24=ORIENTED_EDGE('',*,*,#25,.F.);
#25=EDGE_CURVE('',#26,#22,#46,.T.);
#26=VERTEX_POINT('',#27);
#27=CARTESIAN_POINT('',({radius},0.,0.));
#28=ORIENTED_EDGE('',*,*,#29,.T.);
#29=EDGE_CURVE('',#26,#26,#45,.T.);
#31=CYLINDRICAL_SURFACE('',#11,{radius});
#33=ORIENTED_EDGE('',*,*,#25,.T.);
#34=ADVANCED_FACE('',(#35),#48,.T.);
#35=FACE_BOUND('',#36,.T.);
#36=EDGE_LOOP('',(#37));
#37=ORIENTED_EDGE('',*,*,#21,.T.);
#38=ADVANCED_FACE('',(#39),#49,.F.);
#39=FACE_BOUND('',#40,.T.);
#40=EDGE_LOOP('',(#41));
#41=ORIENTED_EDGE('',*,*,#29,.F.);
#42=CIRCLE('',#43,{radius});
#43=AXIS2_PLACEMENT_3D('',#44,#13,#14);
#44=CARTESIAN_POINT('',(0.,0.,{height}));
#45=CIRCLE('',#11,{radius});
#46=LINE('',#27,#47);
#47=VECTOR('',#13,1.);
#48=PLANE('',#43);
#49=PLANE('',#11);
#50=( GEOMETRIC_REPRESENTATION_CONTEXT(3) GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT((#54))
GLOBAL_UNIT_ASSIGNED_CONTEXT((#51,#52,#53)) REPRESENTATION_CONTEXT('','3D') );
#51={UNITS[unit]};
#52=( NAMED_UNIT(*) PLANE_ANGLE_UNIT() SI_UNIT($,.RADIAN.) );
#53=( NAMED_UNIT(*) SI_UNIT($,.STERADIAN.) SOLID_ANGLE_UNIT() );
#54=UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-07),#51,'distance_accuracy_value','');
#60=LENGTH_MEASURE_WITH_UNIT(LENGTH_MEASURE(25.4),#62);
#61=DIMENSIONAL_EXPONENTS(1.,0.,0.,0.,0.,0.,0.);
#62=( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.) );
ENDSEC;
END-ISO-10303-21;
""".encode()
